import type { ReactElement, ReactNode } from 'react';
import {
  Dialog,
  DialogTrigger,
  Menu,
  MenuItem,
  MenuTrigger,
  Popover,
  type PopoverProps,
} from 'react-aria-components';

interface PopProps {
  label: string;
  trigger: ReactElement;
  children: (close: () => void) => ReactNode;
  placement?: PopoverProps['placement'];
  className?: string;
  isOpen?: boolean | undefined;
  onOpenChange?: ((open: boolean) => void) | undefined;
}

// Something to pick or fill in beside the button that opens it. Focus goes in, and comes back on close.
export function Pop({
  label,
  trigger,
  children,
  placement = 'bottom start',
  className = '',
  isOpen,
  onOpenChange,
}: PopProps) {
  return (
    <DialogTrigger
      {...(isOpen === undefined ? {} : { isOpen })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      {trigger}
      <Popover className={`popover ${className}`} placement={placement} offset={6} containerPadding={12}>
        <Dialog aria-label={label} className="popover-body">
          {({ close }) => <>{children(close)}</>}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

export interface Action {
  id: string;
  label: string;
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  run: () => void;
}

export function ActionMenu({
  label,
  trigger,
  actions,
}: {
  label: string;
  trigger: ReactElement;
  actions: Action[];
}) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className="popover" placement="bottom end" offset={4}>
        <Menu
          aria-label={label}
          className="menu"
          disabledKeys={actions.filter((a) => a.disabled).map((a) => a.id)}
          onAction={(key) => actions.find((a) => a.id === key)?.run()}
        >
          {actions.map((a) => (
            <MenuItem
              key={a.id}
              id={a.id}
              textValue={a.label}
              className={`menu-item ${a.danger ? 'danger' : ''}`}
            >
              {a.icon}
              {a.label}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
