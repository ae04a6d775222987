#!/bin/sh
# From an empty folder to a deal that is registered, decided, worked and won, through the command
# line and the API. What it does step by step is told in docs/guide/first-installation.md.
#
#   ENTENTE=target/release/entente CRM=../shared/data/crm sh docs/guide/scripts/main-job.sh
#
# ENTENTE  the program (default: entente)
# CRM      a folder with accounts.csv, sales_pipeline.csv and sales_teams.csv of a CRM export;
#          without it a small one is made
# WORK     the folder to work in (default: a new one, removed at the end)
# PORT     the port to serve on (default: 8787)
set -eu

ENTENTE=${ENTENTE:-entente}
case $ENTENTE in */*) ENTENTE=$(cd "$(dirname "$ENTENTE")" && pwd)/$(basename "$ENTENTE") ;; esac
PORT=${PORT:-8787}
BASE=http://127.0.0.1:$PORT
if [ -n "${CRM:-}" ]; then CRM=$(cd "$CRM" && pwd); fi
if [ -n "${WORK:-}" ]; then mkdir -p "$WORK"; else WORK=$(mktemp -d); REMOVE=$WORK; fi
cd "$WORK"

SERVER=
tidy_up() {
    if [ -n "$SERVER" ]; then kill "$SERVER" 2>/dev/null || true; wait "$SERVER" 2>/dev/null || true; fi
    if [ -n "${REMOVE:-}" ]; then rm -rf "$REMOVE"; fi
}
trap tidy_up EXIT

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

ENTENTE_DATA_DIR=$WORK/data
ENTENTE_LISTEN=127.0.0.1:$PORT
ENTENTE_BASE_URL=$BASE
ENTENTE_LOG=warn
export ENTENTE_DATA_DIR ENTENTE_LISTEN ENTENTE_BASE_URL ENTENTE_LOG

# --- the export, when none is given --------------------------------------------------------------
if [ -z "${CRM:-}" ]; then
    CRM=$WORK/crm
    mkdir -p "$CRM"
    cat > "$CRM/sales_teams.csv" <<'CSV'
sales_agent,manager,regional_office
Anna Snelling,Dustin Brinkmann,Central
Moses Frase,Dustin Brinkmann,Central
CSV
    cat > "$CRM/accounts.csv" <<'CSV'
account,sector,year_established,revenue,employees,office_location,subsidiary_of
Acme Corporation,technolgy,1996,1100.04,2822,United States,
Betatech,medical,1986,647.18,1185,Kenya,Acme Corporation
CSV
    cat > "$CRM/sales_pipeline.csv" <<'CSV'
opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
1C1I7A6R,Moses Frase,GTX Plus Basic,Betatech,Won,10/20/2016,3/1/2017,1054
Z063OYW0,Anna Snelling,GTXPro,Acme Corporation,Engaging,10/25/2016,,
3LCLVRVV,Anna Snelling,GTX Basic,,Prospecting,,,
CSV
fi

# --- 1. the vendor and its first person ----------------------------------------------------------
say "1. The vendor and its first person"
"$ENTENTE" migrate
"$ENTENTE" user create --vendor "Acme Software" --name "Carla Chief" \
    --email carla@acme.example --role channel_chief --role operations --zone America/New_York

# --- 2. the program ------------------------------------------------------------------------------
say "2. The program"
"$ENTENTE" program example |
    sed -e 's/^name = "Partner program"/name = "Acme Partners"/' \
        -e 's/^zone = .*/zone = "America\/New_York"/' \
        -e 's/^currency = .*/currency = "USD"/' |
    awk '/^\[\[products\]\]/ { skip = 1; next } skip && /^$/ { skip = 0; next } !skip' > program.toml
{
    printf '\n'
    for name in "GTX Basic" "GTX Pro" "GTX Plus Basic" "GTX Plus Pro" "MG Special" "MG Advanced" "GTK 500"; do
        code=$(printf '%s' "$name" | tr 'A-Z ' 'a-z_')
        printf '[[products]]\ncode = "%s"\nname = "%s"\nregistrable = true\n\n' "$code" "$name"
    done
} >> program.toml
"$ENTENTE" program check program.toml
"$ENTENTE" program apply program.toml --at-once

# --- 3. the CRM ----------------------------------------------------------------------------------
say "3. The CRM export"
"$ENTENTE" import vendor-users "$CRM/sales_teams.csv" \
    --set email_domain=acme.example --set without_invitation=true
"$ENTENTE" import accounts "$CRM/accounts.csv"
"$ENTENTE" import direct-opportunities "$CRM/sales_pipeline.csv"

# --- 4. partners and their people ----------------------------------------------------------------
say "4. Partners and their people"
cat > partners.csv <<'CSV'
partner name,partner id,website,type,level,agreement start,country
Northwind Solutions,P-001,northwind.example,Reseller,Select,2026-01-01,United States
Southbridge Consulting,P-002,southbridge.example,Reseller,Registered,2026-01-01,United States
CSV
cat > partner-users.csv <<'CSV'
partner,email,name,role
Northwind Solutions,ana@northwind.example,Ana Lopez,Partner admin
Northwind Solutions,sam@northwind.example,Sam Stone,Seller
Southbridge Consulting,sue@southbridge.example,Sue Berg,Partner admin
CSV
"$ENTENTE" import partners partners.csv
"$ENTENTE" import partner-users partner-users.csv --set without_invitation=true
"$ENTENTE" user create --name "Dora Direct" --email dora@acme.example --role direct_rep

# --- 5. keys -------------------------------------------------------------------------------------
key() { # the key is the only word of the output that begins so
    "$ENTENTE" api-key create "$@" | grep -o 'ent_[A-Za-z0-9_]*' | head -n 1
}
say "5. Keys"
"$ENTENTE" service create --name "Northwind CRM" --partner "Northwind Solutions" \
    --owner ana@northwind.example --purpose "Registers deals from Northwind's CRM" \
    --scopes registrations:read,registrations:submit,availability:read
SELLER_KEY=$(key --name "Production" --partner "Northwind Solutions" --service "Northwind CRM" \
    --scopes all)
RIVAL_KEY=$(key --name "Southbridge CRM" --partner "Southbridge Consulting" \
    --owner sue@southbridge.example \
    --scopes registrations:read,registrations:submit,availability:read)
VENDOR_KEY=$(key --name "Decisions" --owner carla@acme.example \
    --scopes registrations:read,registrations:decide,accounts:read)
DIRECT_KEY=$(key --name "Direct sales" --owner dora@acme.example \
    --scopes direct:read,direct:record,accounts:read)
for made in "$SELLER_KEY" "$RIVAL_KEY" "$VENDOR_KEY" "$DIRECT_KEY"; do
    [ -n "$made" ] || fail "a key was not made"
done

# --- the server ----------------------------------------------------------------------------------
say "The server"
"$ENTENTE" serve &
SERVER=$!
tries=0
until curl -fsS "$BASE/readyz" > /dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || fail "the server did not become ready"
    kill -0 "$SERVER" 2>/dev/null || fail "the server ended"
    sleep 0.1
done

# api KEY EXPECTED METHOD PATH [BODY]: the answer's body in $ANSWER; fails on another status.
NUMBER=0
api() {
    NUMBER=$((NUMBER + 1))
    set -- "$1" "$2" "$3" "$4" "${5:-}"
    if [ "$3" = GET ]; then
        STATUS=$(curl -sS -o answer.json -w '%{http_code}' -H "Authorization: Bearer $1" "$BASE$4")
    else
        STATUS=$(curl -sS -o answer.json -w '%{http_code}' -X "$3" -H "Authorization: Bearer $1" \
            -H "Content-Type: application/json" -H "Idempotency-Key: main-job-$NUMBER" \
            -d "$5" "$BASE$4")
    fi
    ANSWER=$(cat answer.json)
    [ "$STATUS" = "$2" ] || fail "$3 $4: $STATUS instead of $2: $ANSWER"
}
# field NAME: the first field of that name in the answer, as text; nothing when it has none, or null.
field() { printf '%s' "$ANSWER" | grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }
# is NAME TEXT: that field is exactly this. A word somewhere in the answer would be met by the name of
# a field or by another answer's sentence.
is() { [ "$(field "$1")" = "$2" ] || fail "$1 is “$(field "$1")” instead of “$2” in $ANSWER"; }
id_of() { printf '%s' "$ANSWER" | grep -o "\"$1_[a-z0-9]*\"" | head -n 1 | tr -d '"'; }

TODAY=$(TZ=America/New_York date +%F)
IN_SIXTY_DAYS=$(TZ=America/New_York date -d '+60 days' +%F 2>/dev/null || date -v+60d +%F)

# --- 6. the main job -----------------------------------------------------------------------------
say "6. Is it free?"
api "$SELLER_KEY" 200 GET '/api/v1/availability?q=ventura-robotics.com'
is answer free
[ -z "$(field protected_until)" ] || fail "free, and protected: $ANSWER"
echo "$ANSWER"
# What the import brought is known, and what says no company is not called free.
api "$VENDOR_KEY" 200 GET '/api/v1/accounts?q=Acme%20Corporation'
is name "Acme Corporation"
api "$SELLER_KEY" 200 GET '/api/v1/availability?q=Acme%20Corporation'
is answer needs_review
for unclear in a gmail.com newco.example linkedin.com; do
    api "$SELLER_KEY" 200 GET "/api/v1/availability?q=$unclear"
    is answer needs_name
done

say "7. The partner registers the deal"
api "$SELLER_KEY" 201 POST /api/v1/deal-registrations "{
  \"submit\": true,
  \"account_name\": \"Ventura Robotics Inc\", \"account_domain\": \"ventura-robotics.com\",
  \"account_country\": \"US\", \"contact_name\": \"Vera Moss\",
  \"contact_email\": \"vera@ventura-robotics.com\",
  \"products\": [{ \"code\": \"gtx_pro\", \"quantity\": 2 }],
  \"amount\": { \"minor\": 4800000, \"currency\": \"USD\" }, \"close_on\": \"$IN_SIXTY_DAYS\",
  \"need\": \"A successor for their old line\", \"evidence_note\": \"Met them at their plant\"
}"
REGISTRATION=$(id_of reg)
[ -n "$REGISTRATION" ] || fail "no registration in $ANSWER"
is account_name "Ventura Robotics Inc"
case $(field status) in submitted | under_review) ;; *) fail "it does not wait for a decision: $ANSWER" ;; esac
echo "$REGISTRATION"
api "$RIVAL_KEY" 200 GET '/api/v1/availability?q=ventura-robotics.com'
is answer needs_review
api "$SELLER_KEY" 200 GET "/api/v1/deal-registrations/$REGISTRATION/receipt"
cp answer.json receipt.json

say "8. The partner manager decides"
api "$VENDOR_KEY" 200 POST "/api/v1/deal-registrations/$REGISTRATION/decision" \
    '{ "decision": "approve", "new_account": true, "note": "Good luck" }'
is status approved
ACCOUNT=$(id_of acc)
[ -n "$ACCOUNT" ] || fail "no account in $ANSWER"
UNTIL=$(field protected_until)
[ -n "$UNTIL" ] || fail "approved without protection: $ANSWER"
echo "$ACCOUNT, protected until $UNTIL"

say "9. Another partner and direct sales are told that the account is held"
for question in ventura-robotics.com Ventura%20Robotics%20Inc ventura%20robotics; do
    api "$RIVAL_KEY" 200 GET "/api/v1/availability?q=$question"
    is answer protected
    is protected_until "$UNTIL"
done
case $ANSWER in *Northwind*) fail "the answer names the holder: $ANSWER" ;; esac
api "$DIRECT_KEY" 409 POST /api/v1/direct-opportunities "{
  \"account_id\": \"$ACCOUNT\", \"name\": \"Robots for Ventura\", \"product\": \"gtx_pro\",
  \"amount\": { \"minor\": 5000000, \"currency\": \"USD\" }
}"
is rule DR-05
echo "$ANSWER"
api "$DIRECT_KEY" 200 GET "/api/v1/direct-opportunities?account_id=$ACCOUNT"
[ -z "$(id_of opp)" ] || fail "the refused opportunity was recorded: $ANSWER"

say "10. The partner follows up"
api "$SELLER_KEY" 201 POST "/api/v1/deal-registrations/$REGISTRATION/activities" \
    "{ \"kind\": \"meeting\", \"occurred_on\": \"$TODAY\", \"contact\": \"Vera Moss\", \"note\": \"Showed the new line\" }"
is kind meeting
is occurred_on "$TODAY"

say "11. Renewing is refused while there is plenty of time"
api "$SELLER_KEY" 409 POST "/api/v1/deal-registrations/$REGISTRATION/renewal" '{}'
is rule DR-03
echo "$ANSWER"

say "12. The deal is won"
api "$SELLER_KEY" 200 POST "/api/v1/deal-registrations/$REGISTRATION/outcome" \
    "{ \"outcome\": \"won\", \"closed_on\": \"$TODAY\", \"amount\": { \"minor\": 5100000, \"currency\": \"USD\" } }"
is status won
api "$SELLER_KEY" 200 GET "/api/v1/deal-registrations/$REGISTRATION/timeline"
for happened in submitted approved won; do
    case $ANSWER in *"\"kind\":\"$happened\""*) ;; *) fail "not $happened in $ANSWER" ;; esac
done
api "$RIVAL_KEY" 200 GET '/api/v1/availability?q=ventura-robotics.com'
is answer needs_review

say "13. The receipt is checked without the server, and the whole installation with it"
"$ENTENTE" receipt verify receipt.json
"$ENTENTE" verify

say "Done: the main job was done on the imported data."
