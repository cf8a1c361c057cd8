import { X } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Dialog, Heading, Input, Label, Modal, ModalOverlay, TextField } from 'react-aria-components';
import { asProblem } from '../api/hooks';
import { Button } from './button';
import { Note } from './states';

interface SheetProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
}

// People and details, from the right.
export function Drawer({ title, isOpen, onClose, children }: SheetProps) {
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable
    >
      <Modal className="drawer">
        <Dialog className="drawer-body">
          <Heading slot="title" className="drawer-title">
            {title}
          </Heading>
          <button
            type="button"
            className="button icon-only quiet drawer-close"
            aria-label="Close"
            onClick={onClose}
          >
            <X size={16} aria-hidden />
          </button>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

export function Sheet({ title, isOpen, onClose, children }: SheetProps) {
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable
    >
      <Modal className="sheet">
        <Dialog className="sheet-body">
          <Heading slot="title" className="sheet-title">
            {title}
          </Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface NameProps {
  title: string;
  label: string;
  verb: string;
  initial: string;
  isOpen: boolean;
  onClose: () => void;
  onSave: (name: string) => Promise<unknown>;
  children?: ReactNode;
}

// Asks for a name and keeps what was typed when the server says no.
export function NameSheet({ title, label, verb, initial, isOpen, onClose, onSave, children }: NameProps) {
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    if (!name) return setError(new Error(`Enter a ${label.toLowerCase()}.`));
    setBusy(true);
    setError(null);
    try {
      await onSave(name);
      onClose();
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Sheet title={title} isOpen={isOpen} onClose={onClose}>
      <form onSubmit={submit} className="form">
        <TextField name="name" defaultValue={initial} autoFocus className="field">
          <Label>{label}</Label>
          <Input className="input" autoComplete="off" maxLength={200} />
        </TextField>
        {children}
        {error !== null && <Note>{asProblem(error).detail || asProblem(error).message}</Note>}
        <div className="buttons end">
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" isDisabled={busy}>
            {verb}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}
