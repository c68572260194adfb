'use strict'
// posts to the team's channel what was pushed; the address is in Secrets Manager
const AWS = require('aws-sdk')
const https = require('https')

const secrets = new AWS.SecretsManager()

function post (address, message, done) {
  const req = https.request(address, { method: 'POST', headers: { 'Content-Type': 'application/json' } }, function (res) {
    res.on('data', function () {})
    res.on('end', function () {
      done(res.statusCode < 300 ? null : new Error('chat answered ' + res.statusCode))
    })
  })
  req.on('error', done)
  req.write(JSON.stringify({ text: message }))
  req.end()
}

exports.handler = function (event, context, callback) {
  context.callbackWaitsForEmptyEventLoop = false
  var d = event.detail
  if (d['action-type'] != 'PUSH' || d.result != 'SUCCESS') return callback(null, 'ignored')
  var version = d['image-tag'] || d['image-digest'] || 'something'
  secrets.getSecretValue({ SecretId: process.env.CHAT_SECRET }, function (err, data) {
    if (err) return callback(err)
    post(JSON.parse(data.SecretString).url, d['repository-name'] + ' ' + version, function (failed) {
      callback(failed, 'posted')
    })
  })
}
