// npm run local -- < event.json
import { readFileSync } from 'node:fs'
import { onScan } from './scan.mjs'

const event = JSON.parse(readFileSync(0, 'utf8'))
const answer = await onScan(event)
console.log(JSON.stringify(answer, null, 2))
