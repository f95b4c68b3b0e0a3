import { Link } from '../shared/navigation/link';
import { Page } from './page';

/** Any path that is no page. */
export function NotFoundPage() {
  return (
    <Page
      title="Page not found"
      lead="There is nothing at this address. It may have been mistyped, or have moved."
    >
      <Link to="/">Go to the home page</Link>
    </Page>
  );
}
