"""The names Auth0 gave to things: paths, grants, channels. As its guides and its API reference spell them."""

TOKEN_PATH = "/oauth/token"
ASSOCIATE_PATH = "/mfa/associate"
CHALLENGE_PATH = "/mfa/challenge"
AUTHENTICATORS_PATH = "/mfa/authenticators"

PASSWORD_GRANT = "password"
PASSWORD_REALM_GRANT = "http://auth0.com/oauth/grant-type/password-realm"
REFRESH_GRANT = "refresh_token"
OTP_GRANT = "http://auth0.com/oauth/grant-type/mfa-otp"
RECOVERY_GRANT = "http://auth0.com/oauth/grant-type/mfa-recovery-code"
OOB_GRANT = "http://auth0.com/oauth/grant-type/mfa-oob"

# What Auth0 calls a channel or a type, and the factor that stands for it. What is not here keeps its own name.
FACTOR_OF_CHANNEL = {"auth0": "push"}
FACTOR_OF_TYPE = {"recovery-code": "recovery", "totp": "otp"}

# Lifetimes in seconds. The guides give the code's; the mfa_token's is disputed (5 or 10 minutes): the longer one is
# only used to give up, the server's word comes first.
MFA_TOKEN_LIFETIME = 600
OOB_CODE_LIFETIME = 300

# The guides: a recovery code has 24 characters.
RECOVERY_CODE_LENGTH = 24

# Refill times in seconds of the buckets: the password-grant and SMS guides give one attempt every 6 minutes and one
# phone message every hour, Auth0's page on limits one e-mail a minute and five pushes a minute.
ATTEMPT_REFILL = 360
SEND_REFILL = 3600
EMAIL_REFILL = 60
PUSH_REFILL = 12

# Auth0 allows 12 exchanges of an oob_code a minute.
POLL_INTERVAL = 5
