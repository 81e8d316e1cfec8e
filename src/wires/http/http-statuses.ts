/** Those that ThingsBoard, or a proxy before it, can answer (RFC 9110). */
const STATUS: Readonly<Record<number, string>> = {
  301: "moved permanently",
  302: "found",
  303: "see other",
  307: "temporary redirect",
  308: "permanent redirect",
  400: "bad request",
  401: "unauthorized",
  403: "forbidden",
  404: "not found",
  405: "method not allowed",
  408: "request timeout",
  413: "content too large",
  429: "too many requests",
  500: "internal server error",
  502: "bad gateway",
  503: "service unavailable",
  504: "gateway timeout",
};

/** A status with its name: "401 unauthorized". */
export function statusName(status: number): string {
  const name = STATUS[status];
  return name === undefined ? String(status) : `${status} ${name}`;
}
