// Remembers that there is a session, not the session itself: its token is a cookie this page cannot read.
// Without this, every first visit would ask the API only to hear "401".

const KEY = "stacktally-session-until";

/** Return whether a session was opened here and has not run out. */
export function rememberedSession() {
  try {
    return Date.parse(localStorage.getItem(KEY)) > Date.now();
  } catch {
    return false;
  }
}

/** Note until when `session` lasts; null forgets it. */
export function rememberSession(session) {
  try {
    if (session) localStorage.setItem(KEY, session.expires_at);
    else localStorage.removeItem(KEY);
  } catch {
    // A browser without storage asks for the password again after a reload.
  }
}
