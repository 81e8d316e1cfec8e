/** Nanoseconds on the clock that all processes of this machine share. */
export function monotonic(): bigint {
  return process.hrtime.bigint();
}
