# tap.bash: what the house's tests say, in TAP. Source it; end with plan.
number=0
echo "TAP version 13"

# holds DESCRIPTION OFFENDERS: one line of TAP; passes when there are no offenders.
holds() {
    number=$((number + 1))
    if [ -z "$2" ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        while IFS= read -r line; do echo "# $line"; done <<<"$2"
    fi
}

plan() { echo "1..$number"; }
