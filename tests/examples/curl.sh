#!/usr/bin/env bash
# Every factor by curl alone: enrolled, then proved at a second login.

set -euo pipefail

exec 3< <(mfa-flow tenant)
trap "kill $!" EXIT
read -r ready <&3

field() { grep -o "\"$1\": *\[*\"[^\"]*\"" | head -1 | cut -d'"' -f4; }  # of JSON, the first of that name
url=$(field url <<<"$ready")
get() { curl -sS -G "$url/$1" "${@:2}"; }
post() { curl -sS "$url/$1" -H 'Content-Type: application/json' -d "$2" "${@:3}"; }
token() { curl -sS "$url/oauth/token" -d client_id=demo-public -d "grant_type=$1" "${@:2}"; }
login() { token password -d "username=$user" -d password=pw -d scope=openid | field mfa_token; }
prove() { token "http://auth0.com/oauth/grant-type/mfa-$1" -d "mfa_token=$mfa_token" "${@:2}"; }
inbox() { get _tenant/inbox -d wait=5 --data-urlencode "to=$to"; }

answer() { # as the person does: reads a code off the app or out of a message, or taps on the phone
  case $factor in
    otp) prove otp -d "otp=$(get "_tenant/users/$user" | field otp_code)" ;;
    push) post "_tenant/push/$(inbox | field id)" '{"decision":"approve"}' >/dev/null
      prove oob -d "oob_code=$oob_code" ;;
    *) prove oob -d "oob_code=$oob_code" -d "binding_code=$(inbox | field code)" ;;
  esac
}

for factor in otp sms voice email push; do
  user=$factor@example.com
  to=$user
  case $factor in
    otp) asked='{"authenticator_types":["otp"]}' ;;
    push) asked='{"authenticator_types":["oob"],"oob_channels":["auth0"]}' ;;
    email) asked='{"authenticator_types":["oob"],"oob_channels":["email"]}' ;;
    *) to=+15551230000
      asked="{\"authenticator_types\":[\"oob\"],\"oob_channels\":[\"$factor\"],\"phone_number\":\"$to\"}" ;;
  esac
  post _tenant/users "{\"email\":\"$user\",\"password\":\"pw\"}" >/dev/null

  mfa_token=$(login)
  added=$(post mfa/associate "$asked" -H "Authorization: Bearer $mfa_token")
  oob_code=$(field oob_code <<<"$added") || true # an app has none
  echo "$factor enrolled: $(answer)"

  mfa_token=$(login)
  id=$(get mfa/authenticators -H "Authorization: Bearer $mfa_token" | field id)
  challenge="{\"client_id\":\"demo-public\",\"mfa_token\":\"$mfa_token\",\"authenticator_id\":\"$id\"}"
  oob_code=$(post mfa/challenge "$challenge" | field oob_code) || true
  echo "$factor proved: $(answer)"
done

mfa_token=$(login)
echo "recovery code proved: $(prove recovery-code -d "recovery_code=$(field recovery_codes <<<"$added")")"
