import { type AdminFixtures, adminOf, type ConformanceCase, type RestAnswer } from "../case.ts";
import { codeOf } from "./rest-answers.ts";

const LOGIN = "/api/auth/login";
const REFRESH = "/api/auth/token";
const SOMETHING = "/api/system/info";

/** In the form of ThingsBoard's tokens, of 2020. */
const OLD_TOKEN = [{ alg: "HS512" }, { sub: "conformance", iat: 1_600_000_000, exp: 1_600_009_000 }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .concat("conformance")
  .join(".");

const REFUSED = "401, code 10";

/** Administrators' logins and tokens (contract, section 6, login): what rollcall relies on, and what it is refused. */
export const REST_LOGIN_CASES: readonly ConformanceCase[] = [
  overRest("login", "the administrator's login", "200: token, refreshToken", async (admin) =>
    tokensIn(await logIn(admin)),
  ),
  overRest("refresh", "a new token for a refresh token", "200: token, refreshToken", async (admin) => {
    const { body } = await logIn(admin);
    return tokensIn(await admin.restAs(undefined, "POST", REFRESH, { refreshToken: body["refreshToken"] }));
  }),
  // Never the administrator's own name with a wrong password: servers may lock an account.
  overRest("login-unknown", "the login of nobody", REFUSED, async ({ restAs }, own) =>
    codeOf(await restAs(undefined, "POST", LOGIN, { username: `${own}@example.com`, password: "wrong" })),
  ),
  overRest("login-empty", "a login without a name", REFUSED, async ({ restAs }) =>
    codeOf(await restAs(undefined, "POST", LOGIN, { username: "", password: "wrong" })),
  ),
  overRest("login-malformed", "a login that is no object", REFUSED, async ({ restAs }) =>
    codeOf(await restAs(undefined, "POST", LOGIN, "nope")),
  ),
  overRest("refresh-unknown", "a refresh token that is none", REFUSED, async ({ restAs }) =>
    codeOf(await restAs(undefined, "POST", REFRESH, { refreshToken: "nope" })),
  ),
  overRest("token-missing", "a call without a token", REFUSED, async ({ restAs }) =>
    codeOf(await restAs(undefined, "GET", SOMETHING)),
  ),
  overRest("token-unknown", "a call with a token that is none", REFUSED, async ({ restAs }) =>
    codeOf(await restAs("Bearer nope", "GET", SOMETHING)),
  ),
  overRest("token-expired", "a call with a token that has expired", "401, code 11", async ({ restAs }) =>
    codeOf(await restAs(`Bearer ${OLD_TOKEN}`, "GET", SOMETHING)),
  ),
  overRest("api-key-unknown", "a call with an API key that is none", REFUSED, async ({ restAs }) =>
    codeOf(await restAs("ApiKey tb_nope", "GET", SOMETHING)),
  ),
];

function overRest(
  id: string,
  title: string,
  expected: string,
  observe: (admin: AdminFixtures, own: string) => Promise<string>,
): ConformanceCase {
  return {
    id: `rest.${id}`,
    title: `REST: ${title}`,
    row: "6 login",
    needs: id === "login" || id === "refresh" ? ["admin", "password"] : ["admin"],
    refusedLogin: false,
    expected,
    observe: (bench) => observe(adminOf(bench), bench.name()),
  };
}

function logIn({ account, restAs }: AdminFixtures): Promise<RestAnswer> {
  if (account === undefined) throw new Error("a case uses a password without needing one");
  return restAs(undefined, "POST", LOGIN, { username: account.username, password: account.password.reveal() });
}

function tokensIn({ status, body }: RestAnswer): string {
  return `${status}: ${["token", "refreshToken"].filter((key) => typeof body[key] === "string").join(", ")}`;
}
