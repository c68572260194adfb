const label = (detail) => {
  const tag = detail['image-tags'][0].toLowerCase()
  return `${detail['repository-name']}:${tag}`
}

export async function onScan (event) {
  console.error('scan of', event.resources?.[0])
  const { detail } = event
  if (detail['scan-status'] !== 'COMPLETE') return { skipped: true }
  const counts = detail['finding-severity-counts'] ?? {}
  return { image: label(detail), critical: counts.CRITICAL ?? 0 }
}
