import type { Visitor } from '../features/sign-in/visitor';
import { usePart } from './part';
import { signedIn } from './signed-in';
import { PanelSkeleton } from './skeleton';

/** What {@link OwnSessionPanel} shows. */
export interface OwnSessionPanelProps {
  visitor: Visitor;
  /** Whether the claims are all shown at once. */
  allClaims: boolean;
  onSignOut: () => void;
}

/** The session of who is signed in. */
export function OwnSessionPanel({ visitor: { user, session }, allClaims, onSignOut }: OwnSessionPanelProps) {
  const parts = usePart(signedIn);
  if (!parts || !user || !session) return <PanelSkeleton lines={8} />;
  return <parts.SessionPanel user={user} control={session} allClaims={allClaims} onSignOut={onSignOut} />;
}
