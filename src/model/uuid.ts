/** ThingsBoard's ids are UUIDs: whatever else a server gives for one never becomes a part of a path. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
