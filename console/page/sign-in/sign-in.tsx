/** What whoever is not signed in sees. */
export default function SignIn() {
  return <main>Sign in</main>
}
