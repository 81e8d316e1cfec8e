import { expect, it } from "vitest";
import { createCoapHarness, createCoapLoginHarness } from "./coap-harness.ts";
import { describeLogin } from "./login-contract.ts";
import { DEVICE, describeProvisioner, timeoutsWith } from "./provisioner-contract.ts";

describeProvisioner(createCoapHarness());
describeLogin(createCoapLoginHarness());

it("an answer that is sent apart is acknowledged", async () => {
  const acknowledged = Promise.withResolvers<void>();
  const harness = createCoapHarness(() => acknowledged.resolve());
  await using server = await harness.start("answers in one chunk", `{"errorMsg":"","status":"NOT_FOUND"}`);
  const provisioner = harness.create(server.port, timeoutsWith(undefined));
  const { status } = await provisioner.provision(DEVICE, () => undefined, new AbortController().signal);
  expect(status).toBe("NOT_FOUND");
  await acknowledged.promise;
});
