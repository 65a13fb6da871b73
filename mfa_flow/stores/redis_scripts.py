"""The rules of ``record.py`` in Lua: each script is one atomic step on one key, so that it runs on a cluster, too.

A key is a hash: ``flow`` (sealed), ``expires``, ``stamp``; while it is held also ``owner``, ``until``, ``lease``,
``seconds``, ``gone``; after a death ``mark``. Times are in milliseconds, the server's unless the first argument is a
time. All may be run twice with the same arguments, as happens when a connection breaks: the second run changes nothing
more.
"""

from hashlib import sha1

from attrs import field, frozen

from mfa_flow.machine.flow import SEEN
from mfa_flow.stores.record import REMEMBERED, SET_BACK


@frozen
class Script:
    """A script, and the name under which a server that has seen it knows it."""

    text: str
    sha: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "sha", sha1(self.text.encode(), usedforsecurity=False).hexdigest())


_BEGIN = f"""
local SEEN, REMEMBERED, SET_BACK = {SEEN}, {int(REMEMBERED * 1000)}, {int(SET_BACK * 1000)}
local key = KEYS[1]
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local got = redis.call('HMGET', key, 'expires', 'stamp', 'owner', 'until', 'lease', 'mark', 'gone', 'seconds')
local expires, stamp, owner = tonumber(got[1]) or 0, got[2], got[3]
local till, lease, mark, gone = tonumber(got[4]) or 0, got[5], got[6], tonumber(got[7])
gone = gone or expires
local stands, over = now < expires, gone <= now
if over then stamp, owner, mark = false, false, false end
local left = till - now
local held = owner and left > 0 and left <= (tonumber(got[8]) or left) + SET_BACK

local function text(number) return string.format('%.0f', number) end

local function folded(newer, older)
  if not newer or not older then return newer or older end
  local read, note = pcall(cjson.decode, newer)
  if not read or type(note) ~= 'table' then return newer end
  local readable, rest = pcall(cjson.decode, older)
  if not readable or type(rest) ~= 'table' then return older end
  if #note == 1 and #rest > 1 then note[1] = rest[1] end
  for i = 2, #rest do
    if #note <= SEEN then note[#note + 1] = rest[i] end
  end
  return cjson.encode(note)
end

local function marked()
  if not owner then return mark end
  if held then return false end
  return folded(lease, mark)
end

-- The flow goes when it has expired, though a mark may stay; a server older than 7.4 does it with the next verb.
local function fade()
  if not stands then
    redis.call('HDEL', key, 'flow')
  elseif gone > expires then
    redis.pcall('HPEXPIRE', key, text(expires - now), 'FIELDS', 1, 'flow')
  end
end

local function live(untill) redis.call('PEXPIRE', key, text(math.max(untill - now, 0))) end
"""

# now, owner, seconds of the lease (ms), note -> ms left, or flow, mark, stamp, until when it is leased
TAKE = Script(
    _BEGIN
    + """
if owner and owner ~= ARGV[2] then
  if held then return left end
  mark = folded(lease, mark)
end
if over then redis.call('DEL', key) end
till = now + tonumber(ARGV[3])
gone = math.max(gone, till + REMEMBERED)
redis.call('HSET', key, 'owner', ARGV[2], 'until', text(till), 'seconds', ARGV[3], 'lease', ARGV[4], 'gone', text(gone))
if mark then redis.call('HSET', key, 'mark', mark) end
fade()
live(gone)
return {stands and redis.call('HGET', key, 'flow'), mark, stands and stamp, text(till)}
"""
)

# now, owner, stamp, until when it was leased, flow, ttl (ms) -> 1, or 0 if another was quicker. Since it begins with a
# DEL, a server that is out of memory does it all the same: what was paid for is kept, though nothing new is begun.
SAVE = Script(
    _BEGIN
    + """
if stands and stamp == ARGV[2] then return 1 end
if owner ~= ARGV[2] then
  if owner then return 0 end
  if (stamp or '') ~= ARGV[3] and (stands or now >= (tonumber(ARGV[4]) or math.huge)) then return 0 end
end
redis.call('DEL', key)
redis.call('HSET', key, 'flow', ARGV[5], 'expires', text(now + tonumber(ARGV[6])), 'stamp', ARGV[2])
live(now + tonumber(ARGV[6]))
return 1
"""
)

# now, owner, 1 if it died
LEAVE = Script(
    _BEGIN
    + """
if owner ~= ARGV[2] then return 0 end
if ARGV[3] == '1' then
  gone = math.max(gone, now + REMEMBERED)
  redis.call('HSET', key, 'until', text(now), 'gone', text(gone))
else
  redis.call('HDEL', key, 'owner', 'until', 'seconds', 'lease')
  if not mark then
    redis.call('HDEL', key, 'gone')
    gone = expires
  end
end
fade()
live(gone)
return 1
"""
)

# A key under our prefix that is none of ours: neither listed nor dropped.
_UNLESS_FOREIGN = """
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'hash' then
  local fields = redis.call('HMGET', KEYS[1], 'expires', 'owner')
  if not fields[1] and not fields[2] then return false end
elseif kind ~= 'none' then
  return false
end
"""

# now, 1 for the flow itself or 0 for its size -> that, expires, lease if held, mark, gone
LOOK = Script(
    _BEGIN
    + """
local flow = stands and redis.call(ARGV[2] == '1' and 'HGET' or 'HSTRLEN', key, 'flow')
return {flow, text(expires), held and lease, marked(), text(gone)}
"""
)

# The same for a list: nothing, for what is none of ours
LIST = Script(_UNLESS_FOREIGN + LOOK.text)

# now -> 1 if there was anything
DROP = Script(_UNLESS_FOREIGN + _BEGIN + "return math.min(redis.call('DEL', key), over and 0 or 1)")
