#!/usr/bin/env bash
# Destroys each stage pr-<number> whose pull request is not open, and adds a report to the summary of the job.
# Exits with 1 when a stage could not be destroyed, or its pull request could not be read.
set -euo pipefail

prefix=$(node -p "require('./libs/infra/cdk.json').context.project")-pr-
failed=0
summary=${GITHUB_STEP_SUMMARY:-/dev/stdout}
stacks=$(aws cloudformation list-stacks --output text \
  --query "StackSummaries[?StackStatus!='DELETE_COMPLETE' && starts_with(StackName, '$prefix')].[StackName]")

printf '| stage | pull request | result |\n| --- | --- | --- |\n' >> "$summary"
for stack in $stacks; do
  number=${stack#"$prefix"}
  [[ $number =~ ^[0-9]+$ ]] || continue
  if ! state=$(gh pr view "$number" --json state --jq .state); then
    state=unknown result='kept: its pull request cannot be read' failed=1
  elif [[ $state == OPEN ]]; then
    result=kept
  elif npx nx run infra:destroy --stage="pr-$number" --yes < /dev/null; then
    result=destroyed
  else
    result='**not destroyed**: see the log' failed=1
  fi
  echo "| pr-$number | #$number ${state,,} | $result |" >> "$summary"
done
exit "$failed"
