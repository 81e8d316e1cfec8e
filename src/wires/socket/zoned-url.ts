/** `[fe80::1%25eth0]` as RFC 6874 writes it, and `[fe80::1%eth0]` as people do: the parser of URLs knows neither. */
const ZONE = /^([a-z][a-z0-9+.-]*:\/\/\[[0-9a-f:.]+)%(?:25)?([\w.-]+)(?=\])/i;

export interface ZonedUrl {
  /** Without the zone. */
  readonly url: URL;
  /** What to connect to: no brackets, and the zone of an IPv6 address. */
  readonly host: string;
}

/** Undefined: it is no URL. */
export function parseZonedUrl(text: string): ZonedUrl | undefined {
  const zone = ZONE.exec(text)?.[2];
  const url = URL.parse(text.replace(ZONE, "$1"));
  if (url === null) return undefined;
  const address = bareHost(url);
  return { url, host: zone === undefined ? address : `${address}%${zone}` };
}

/** Without the brackets around an IPv6 address. */
export function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}
