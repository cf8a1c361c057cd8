import { X } from 'lucide-react';
import { createContext, type ReactNode, useContext, useMemo, useRef, useState } from 'react';
import { asProblem } from '../api/hooks';

interface Offer {
  label: string;
  run: () => void;
}
interface Message {
  id: number;
  text: string;
  offer?: Offer | undefined;
  bad: boolean;
}
interface Toasts {
  show: (text: string, offer?: Offer) => void;
  fail: (error: unknown) => void;
}

const Context = createContext<Toasts>({ show: () => {}, fail: () => {} });
export const useToast = (): Toasts => useContext(Context);

const shownFor = 10_000;

export function ToastRoom({ children }: { children: ReactNode }) {
  const [messages, setMessages] = useState<Message[]>([]);
  const next = useRef(1);
  const toasts = useMemo<Toasts>(() => {
    const add = (text: string, bad: boolean, offer?: Offer) => {
      const id = next.current++;
      setMessages((now) => [...now.slice(-2), { id, text, offer, bad }]);
      setTimeout(() => setMessages((now) => now.filter((m) => m.id !== id)), shownFor);
    };
    return {
      show: (text, offer) => add(text, false, offer),
      fail: (error) => {
        const problem = asProblem(error);
        add(`${problem.title}. ${problem.detail}`.trim(), true);
      },
    };
  }, []);
  const close = (id: number) => setMessages((now) => now.filter((m) => m.id !== id));
  return (
    <Context.Provider value={toasts}>
      {children}
      <div className="toasts" role="status">
        {messages.map((m) => (
          <div key={m.id} className={`toast ${m.bad ? 'bad' : ''}`}>
            <span>{m.text}</span>
            {m.offer && (
              <button
                type="button"
                className="button link"
                onClick={() => {
                  m.offer?.run();
                  close(m.id);
                }}
              >
                {m.offer.label}
              </button>
            )}
            <button
              type="button"
              className="button icon-only quiet"
              aria-label="Close message"
              onClick={() => close(m.id)}
            >
              <X size={14} aria-hidden />
            </button>
          </div>
        ))}
      </div>
    </Context.Provider>
  );
}
