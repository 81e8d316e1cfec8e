/** RFC 7468: lines of 64 characters. */
export function pem(label: "CERTIFICATE" | "PRIVATE KEY", base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
