import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { FAILURE_KINDS } from "../../../src/model/outcome.ts";
import { WireError } from "../../../src/model/ports.ts";
import { toWireError } from "../../../src/wires/socket/failures.ts";

const withCode = (code: string, message = code): Error => Object.assign(new Error(message), { code });

describe("errors of sockets, TLS and codec", () => {
  it.each([
    ["ECONNREFUSED", "connection-refused"],
    ["ECONNRESET", "connection-reset"],
    ["EPIPE", "connection-reset"],
    ["EHOSTUNREACH", "host-unreachable"],
    ["ETIMEDOUT", "host-unreachable"],
    ["ENOTFOUND", "name-not-resolved"],
    ["EAI_AGAIN", "name-not-resolved"],
    ["EMFILE", "local-limit"],
    ["EADDRNOTAVAIL", "local-limit"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "tls-failed"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls-failed"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls-failed"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "tls-failed"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls-failed"],
    ["CERT_HAS_EXPIRED", "tls-failed"],
    ["E_OF_TOMORROW", "protocol-error"],
  ])("%s is %s", (code, kind) => {
    const error = toWireError(withCode(code));
    expect(error).toMatchObject({ kind });
    expect(error.detail).not.toBe("");
    expect(FAILURE_KINDS).toContain(error.kind);
  });

  it("a connection that ends within the handshake is a failure of TLS, although its code says reset", () => {
    const error = withCode(
      "ECONNRESET",
      "Client network socket disconnected before secure TLS connection was established",
    );
    expect(toWireError(error)).toMatchObject({ kind: "tls-failed" });
  });

  it("an error without a code comes from the codec", () => {
    expect(toWireError(new Error("Invalid header flag bits"))).toMatchObject({ kind: "protocol-error" });
    expect(toWireError("thrown")).toMatchObject({ kind: "protocol-error", detail: "thrown" });
  });

  it("keeps a kind that is known already, and the cause of the rest", () => {
    const known = new WireError("answer-timeout", "late");
    expect(toWireError(known)).toBe(known);
    const cause = withCode("EPIPE");
    expect(toWireError(cause).cause).toBe(cause);
  });

  it("several attempts at one name that all fail are what the first of them was", () => {
    const attempts = [withCode("ECONNREFUSED", "connect ECONNREFUSED ::1:1"), withCode("ECONNREFUSED")];
    const error = Object.assign(new AggregateError(attempts), { code: "ECONNREFUSED" });
    expect(toWireError(error)).toMatchObject({ kind: "connection-refused", detail: "ECONNREFUSED" });
  });

  it("a name without an address, as the resolver says it", async () => {
    // RFC 6761: names under .invalid have none.
    const error = await new Promise<Error>((resolve) => {
      connect({ host: "nobody.invalid", port: 1 }).once("error", resolve);
    });
    expect(toWireError(error)).toMatchObject({ kind: "name-not-resolved" });
  });
});
