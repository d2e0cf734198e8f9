'use strict';
// Loaded before a measured Node process (`node --require`): at its end writes to file descriptor 3 what
// the system says that it used. VmHWM and not `maxRSS`: Linux carries the latter over from the parent.
const { readFileSync, writeSync } = require('node:fs');

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  let peakKibibytes = maxRSS;
  try {
    peakKibibytes = Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    // Not Linux.
  }
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
  writeSync(3, JSON.stringify({ cpuSeconds, peakKibibytes }));
});
