/** What a child process needs of its parent's environment: where things are, and how its runtime behaves. */
const NEEDED =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|TEMP|TMP|TZ|LANG|LANGUAGE|LC_\w+|NODE_\w+|UV_\w+|MALLOC_\w+|XDG_\w+|SSL_\w+|OPENSSL_\w+|LD_\w+|FAKETIME\w*|SYSTEMROOT|WINDIR)$/i;
/** As in NODE_AUTH_TOKEN, which CI runners set. */
const TELLING = /TOKEN|SECRET|PASSW|KEY|AUTH/i;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Secrets reach a child by message, if it needs them: what is in its environment is read by everybody who may read
 * /proc/<pid>/environ, and is passed on to whatever the child starts.
 */
export function childEnvironment(own: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(own).flatMap(([name, value]) =>
      value !== undefined && NEEDED.test(name) && !TELLING.test(name) ? [[name, value]] : [],
    ),
  );
}
