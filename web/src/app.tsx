import { Component, lazy, type ReactNode, Suspense } from 'react';
import { RouterProvider } from 'react-aria-components';
import { Link, Route, Switch, useLocation } from 'wouter';
import { Shell, TopBar } from './parts/shell';
import { Empty, ProblemBox, Skeleton } from './parts/states';
import { ToastRoom } from './parts/toast';

const HomePage = lazy(() => import('./pages/home/page').then((m) => ({ default: m.HomePage })));
const InsightsPage = lazy(() => import('./pages/insights/page').then((m) => ({ default: m.InsightsPage })));
const FunnelPage = lazy(() => import('./pages/funnel/page').then((m) => ({ default: m.FunnelPage })));
const FlowPage = lazy(() => import('./pages/flow/page').then((m) => ({ default: m.FlowPage })));
const RetentionPage = lazy(() =>
  import('./pages/retention/page').then((m) => ({ default: m.RetentionPage })),
);
const CohortsPage = lazy(() => import('./pages/cohorts/list').then((m) => ({ default: m.CohortsPage })));
const CohortPage = lazy(() => import('./pages/cohorts/page').then((m) => ({ default: m.CohortPage })));
const BoardPage = lazy(() => import('./pages/boards/page').then((m) => ({ default: m.BoardPage })));
const ReportPage = lazy(() => import('./pages/reports/page').then((m) => ({ default: m.ReportPage })));
const SourcesPage = lazy(() => import('./pages/sources/page').then((m) => ({ default: m.SourcesPage })));

class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <main className="page" id="main">
        <section className="card">
          <ProblemBox
            error={this.state.error}
            fix={{ label: 'Load the page again', run: () => window.location.reload() }}
          />
        </section>
      </main>
    );
  }
}

function NotFound() {
  return (
    <>
      <TopBar title="No such page" />
      <main className="page" id="main">
        <Empty title="There is no page at this address">
          <Link href="/">Go to the home page</Link>
        </Empty>
      </main>
    </>
  );
}

export function App() {
  const [location, navigate] = useLocation();
  return (
    <RouterProvider navigate={navigate}>
      <ToastRoom>
        <Shell>
          <div className="page-frame">
            <Boundary key={location.split('/')[1]}>
              <Suspense fallback={<Skeleton height={52} />}>
                <Switch>
                  <Route path="/" component={HomePage} />
                  <Route path="/insights" component={InsightsPage} />
                  <Route path="/funnel" component={FunnelPage} />
                  <Route path="/retention" component={RetentionPage} />
                  <Route path="/flow" component={FlowPage} />
                  <Route path="/cohorts" component={CohortsPage} />
                  <Route path="/cohorts/:id">
                    {({ id }) => <CohortPage key={id} id={id === 'new' ? '' : id} />}
                  </Route>
                  <Route path="/boards/:id">{({ id }) => <BoardPage key={id} id={id} />}</Route>
                  <Route path="/reports/:id">{({ id }) => <ReportPage key={id} id={id} />}</Route>
                  <Route path="/sources" component={SourcesPage} />
                  <Route component={NotFound} />
                </Switch>
              </Suspense>
            </Boundary>
          </div>
        </Shell>
      </ToastRoom>
    </RouterProvider>
  );
}
