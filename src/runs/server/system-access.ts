import { RollcallError } from "../../model/error.ts";
import type { Admin } from "../../model/plan.ts";
import { Secret } from "../../model/secret.ts";
import { SIMULATED_SYSTEM_ADMINISTRATOR } from "../simulation/embedded-simulator.ts";

/** The same server as the tenant's administrator has, as its system administrator. Throws RollcallError "half-admin". */
export function systemAccess(
  where: Pick<Admin, "url" | "moreUrls" | "tls">,
  user: string,
  env: Readonly<Record<string, string | undefined>>,
): Admin {
  const password = env["ROLLCALL_SYSTEM_PASSWORD"];
  if (password === undefined || password === "") {
    throw new RollcallError(
      "half-admin",
      "The system administrator is given without the password.",
      "Put it into the environment as ROLLCALL_SYSTEM_PASSWORD.",
    );
  }
  return { ...where, username: user, password: new Secret(password), apiKey: undefined };
}

/** That of a simulator. */
export function simulatedSystemAccess(where: Pick<Admin, "url" | "tls">): Admin {
  const { username, password } = SIMULATED_SYSTEM_ADMINISTRATOR;
  return { ...where, username, password: new Secret(password), apiKey: undefined };
}
