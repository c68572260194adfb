'use strict'
// one event per line in, one answer per line out; used by the replay job
const readline = require('readline')

function handle (event) {
  const d = event.detail
  if (d['action-type'] !== 'PUSH' || d.result !== 'SUCCESS') return null
  const parts = d['image-tag'].split('-')
  return { repository: d['repository-name'], channel: parts[parts.length - 1] }
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  let out
  try {
    out = handle(JSON.parse(line))
  } catch (err) {
    out = { errorType: err.name, errorMessage: err.message, trace: err.stack.split('\n') }
  }
  process.stdout.write(JSON.stringify(out) + '\n')
})
