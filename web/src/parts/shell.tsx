import {
  ChartNoAxesCombined,
  Database,
  Filter,
  Home,
  Moon,
  Repeat2,
  Sun,
  Users,
  Waypoints,
} from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { Link, useLocation } from 'wouter';
import { useProject } from '../api/hooks';
import { setTheme, useTheme } from '../lib/theme';
import { IconButton } from './button';

const places = [
  { group: '', path: '/', label: 'Home', icon: Home },
  { group: 'Reports', path: '/insights', label: 'Insights', icon: ChartNoAxesCombined },
  { group: 'Reports', path: '/funnel', label: 'Funnel', icon: Filter },
  { group: 'Reports', path: '/retention', label: 'Retention', icon: Repeat2 },
  { group: 'Reports', path: '/flow', label: 'Flow', icon: Waypoints },
  { group: 'People', path: '/cohorts', label: 'Cohorts', icon: Users },
  { group: 'Data', path: '/sources', label: 'Sources', icon: Database },
];

function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="8" />
      <g>
        <rect x="7" y="12" width="3.6" height="13" rx="1.8" />
        <rect x="12.8" y="7" width="3.6" height="18" rx="1.8" />
        <rect x="18.6" y="16" width="3.6" height="9" rx="1.8" />
        <rect x="24" y="19" width="3.2" height="6" rx="1.6" />
      </g>
    </svg>
  );
}

export function Shell({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const project = useProject();
  const active = (path: string) =>
    path === '/'
      ? location === '/' || location.startsWith('/boards')
      : location === path || location.startsWith(`${path}/`);
  const groups = [...new Set(places.map((p) => p.group))];
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <nav className="nav" aria-label="Main">
        <div className="brand">
          <Mark />
          <div className="brand-text">
            <strong>{project.data?.project ?? 'Starling'}</strong>
            <span>Starling</span>
          </div>
        </div>
        {groups.map((group) => (
          <div key={group} className="nav-group">
            {group && <div className="nav-head">{group}</div>}
            {places
              .filter((p) => p.group === group)
              .map(({ path, label, icon: Icon }) => (
                <Link
                  key={path}
                  href={path}
                  className="nav-link"
                  aria-current={active(path) ? 'page' : undefined}
                  title={label}
                >
                  <Icon size={16} aria-hidden />
                  <span>{label}</span>
                </Link>
              ))}
          </div>
        ))}
        <div className="nav-end">
          {project.data && <span className="muted">Version {project.data.version}</span>}
        </div>
      </nav>
      {children}
    </div>
  );
}

export interface Crumb {
  label: string;
  href: string;
}

interface TopBarProps {
  title: string;
  crumbs?: Crumb[];
  heading?: ReactNode;
  children?: ReactNode;
}

export function TopBar({ title, crumbs = [], heading, children }: TopBarProps) {
  const theme = useTheme();
  useEffect(() => {
    document.title = `${title} · Starling`;
  }, [title]);
  return (
    <header className="top">
      <div className="crumbs">
        {crumbs.map((c) => (
          <span key={c.href} className="crumb">
            <Link href={c.href}>{c.label}</Link>
            <span aria-hidden>/</span>
          </span>
        ))}
        {heading ?? <h1>{title}</h1>}
      </div>
      <div className="top-actions">
        <IconButton
          label={theme === 'dark' ? 'Light theme' : 'Dark theme'}
          onPress={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
        >
          {theme === 'dark' ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />}
        </IconButton>
        {children}
      </div>
    </header>
  );
}
