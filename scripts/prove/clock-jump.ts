/** Loaded before a process: its clock is set by whoever has started it, as an operator or a time server might. */
let offsetMs = 0;
const real = Date.now.bind(Date);
Date.now = () => real() + offsetMs;
process.on('message', (message: { offsetMs?: number }) => {
  if (message.offsetMs !== undefined) offsetMs = message.offsetMs;
});
// Listening must not keep the process alive.
process.channel?.unref();
