/** Response codes of RFC 7252, 7959 and 8516 that a ThingsBoard can send. */
const CODE: Readonly<Record<string, string>> = {
  "2.01": "created",
  "2.04": "changed",
  "2.05": "content",
  "4.00": "bad request",
  "4.01": "unauthorized",
  "4.02": "bad option",
  "4.03": "forbidden",
  "4.04": "not found",
  "4.05": "method not allowed",
  "4.08": "request entity incomplete",
  "4.13": "request entity too large",
  "4.15": "unsupported content-format",
  "4.29": "too many requests",
  "5.00": "internal server error",
  "5.01": "not implemented",
  "5.03": "service unavailable",
  "5.04": "gateway timeout",
};

/** A code with its name: "4.01 unauthorized". */
export function codeName(code: string): string {
  const name = CODE[code];
  return name === undefined ? code : `${code} ${name}`;
}
