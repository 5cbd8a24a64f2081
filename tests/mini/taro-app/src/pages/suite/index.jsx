// The hook of the shared list: lays out the classes as a page imports them, for suite/taro-run.js.
import { View } from '@tarojs/components';
import Taro, { useLoad } from '@tarojs/taro';
import { ErrorEvent, EventSource, FatalError, init } from 'eventsource-wasm/taro';
import { EventStreamParser } from 'eventsource-wasm/weapp-parser';
// The list has tests with a fetch and with streams of their own.
import 'eventsource-wasm/weapp-streams';

export default function Suite() {
  useLoad(() => {
    Taro.getApp().classes = { EventSource, ErrorEvent, FatalError, EventStreamParser, init };
  });
  return <View />;
}
