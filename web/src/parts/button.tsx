import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps, Tooltip, TooltipTrigger } from 'react-aria-components';

export type ButtonKind = 'primary' | 'plain' | 'quiet' | 'link' | 'danger';

interface Props extends Omit<ButtonProps, 'className' | 'children'> {
  kind?: ButtonKind;
  small?: boolean;
  children: ReactNode;
  className?: string;
}

export function Button({ kind = 'plain', small = false, className = '', ...props }: Props) {
  return <AriaButton {...props} className={`button ${kind} ${small ? 'small' : ''} ${className}`} />;
}

// A button that shows only an icon; its name is read out and shown on hover and focus.
export function IconButton({ label, className = '', ...props }: Props & { label: string }) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      <AriaButton {...props} aria-label={label} className={`button icon-only quiet ${className}`} />
      <Tooltip className="tooltip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
