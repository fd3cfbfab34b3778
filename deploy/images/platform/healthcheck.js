// Liveness: the gateway answers. Readiness stays with whoever routes traffic (/api/v1/health/ready), or a lost Docker engine
// would have the platform restarted.
const port = process.env.AICLI_SERVER_PORT ?? '7780';
try {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/health`, { signal: AbortSignal.timeout(4000) });
  process.exit(answer.ok ? 0 : 1);
} catch {
  process.exit(1);
}
