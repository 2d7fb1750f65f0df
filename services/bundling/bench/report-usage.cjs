// Preloaded: the last line on standard error is the process's CPU in microseconds and its peak memory in kilobytes.
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.stderr.write(`\n${JSON.stringify([userCPUTime + systemCPUTime, maxRSS])}\n`);
});
