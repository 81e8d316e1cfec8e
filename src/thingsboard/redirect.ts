import { printable } from "../writing/text-width.ts";

const LONGEST_LOCATION = 200;

/** Where a redirect leads, as the server says it: an end of a sentence. */
export function toWhere(location: string | undefined): string {
  return location === undefined ? "" : `, redirects to ${printable(location.slice(0, LONGEST_LOCATION))}`;
}
