// What a user writes: the answer to a POST, shown while it arrives.
import { useRef, useState } from 'react';
import { Text, View } from '@tarojs/components';
import { useLoad, useUnload } from '@tarojs/taro';
import { EventSource } from 'eventsource-wasm/taro';

export default function Chat() {
  const [answer, setAnswer] = useState('');
  const [state, setState] = useState('connecting');
  const source = useRef(null);

  useLoad((query) => {
    // Platforms leave them encoded.
    const [url, question] = [query.url, query.question].map(decodeURIComponent);
    const stream = new EventSource(url, {
      method: 'POST',
      headers: { Authorization: 'Bearer token', 'Content-Type': 'application/json' },
      body: JSON.stringify({ question }),
    });
    source.current = stream;
    stream.onopen = () => setState('open');
    stream.onmessage = ({ data }) => {
      if (data === '[DONE]') {
        stream.close();
        setState(`done by ${EventSource.engine}`);
        return;
      }
      setAnswer((shown) => shown + data);
    };
    stream.onerror = ({ message }) => setState(`error: ${message}`);
  });
  useUnload(() => source.current.close());

  return (
    <View>
      <Text id='state'>{state}</Text>
      <Text id='answer'>{answer}</Text>
    </View>
  );
}
