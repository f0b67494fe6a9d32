import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/** One connection to the mock backend; all of it happens on the mock's one thread. */
final class MockConnection implements MessageReader.Sink {
  /** Where a request says {@code "stream":true}: so far from its start or its end. */
  private static final int FLAGS_WITHIN = 1024;

  private final Mock mock;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final MessageReader reader = new MessageReader(this);
  private final ArrayDeque<ByteBuffer> output = new ArrayDeque<>();
  private ByteArrayOutputStream body = new ByteArrayOutputStream(2048);
  private String head = "";
  private boolean closed;

  MockConnection(Mock mock, SocketChannel channel, SelectionKey key) {
    this.mock = mock;
    this.channel = channel;
    this.key = key;
  }

  void ready(SelectionKey selected) {
    try {
      if (selected.isWritable()) {
        flush();
      }
      if (selected.isReadable()) {
        int read = mock.read(channel);
        if (read < 0) {
          close();
        } else {
          reader.accept(mock.bytes(), read);
        }
      }
    } catch (IOException e) {
      close();
    }
  }

  @Override
  public void head(String text) {
    head = text;
    body.reset();
  }

  @Override
  public void body(byte[] bytes, int from, int to) {
    body.write(bytes, from, to - from);
  }

  @Override
  public void end() throws IOException {
    if (head.startsWith("post /behave ")) {
      mock.behave(body.toByteArray());
      write(MockAnswers.fine());
    } else if (head.startsWith("get ")) {
      write(head.startsWith("get /v1/models") ? MockAnswers.models() : MockAnswers.fine());
    } else {
      question();
    }
  }

  private void question() throws IOException {
    Mock.Behaviour behaviour = mock.behaviour();
    String flags = flags(body.toByteArray());
    long wait = behaviour.latencyMillis() + mock.chance(behaviour.jitterMillis());
    if (wait == 0) {
      answer(behaviour, flags);
    } else {
      mock.after(wait, () -> later(() -> answer(behaviour, flags)));
    }
  }

  private void answer(Mock.Behaviour behaviour, String flags) throws IOException {
    if (mock.chance(100) < behaviour.failPercent()) {
      write(MockAnswers.failure());
    } else if (mock.chance(100) < behaviour.busyPercent()) {
      write(MockAnswers.busy());
    } else if (flags.contains("\"stream\":true")) {
      MockAnswers answers = mock.answers();
      write(answers.streamHead());
      write(answers.first());
      stream(answers, 0, behaviour.paceMillis(), flags.contains("\"include_usage\":true"));
    } else {
      write(mock.answers().whole());
    }
  }

  private void stream(MockAnswers answers, int from, int paceMillis, boolean usageWanted)
      throws IOException {
    for (int i = from; i < answers.count(); i++) {
      write(answers.chunk(i));
      if (paceMillis > 0) {
        int next = i + 1;
        mock.after(paceMillis, () -> later(() -> stream(answers, next, paceMillis, usageWanted)));
        return;
      }
    }
    write(answers.last(usageWanted));
  }

  private interface Step {
    void run() throws IOException;
  }

  private void later(Step step) {
    if (closed) {
      return;
    }
    try {
      step.run();
    } catch (IOException e) {
      close();
    }
  }

  private void write(byte[] bytes) throws IOException {
    output.add(ByteBuffer.wrap(bytes));
    flush();
  }

  private void flush() throws IOException {
    while (!output.isEmpty()) {
      channel.write(output.peek());
      if (output.peek().hasRemaining()) {
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        return;
      }
      output.remove();
    }
    if (key.interestOps() != SelectionKey.OP_READ) {
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  private void close() {
    closed = true;
    key.cancel();
    try {
      channel.close();
    } catch (IOException _) {
      // it is gone either way
    }
  }

  /** Start and end of a request without blanks: clients write them as they like. */
  private static String flags(byte[] request) {
    int start = Math.min(FLAGS_WITHIN, request.length);
    int end = Math.max(start, request.length - FLAGS_WITHIN);
    String both =
        new String(request, 0, start, StandardCharsets.ISO_8859_1)
            + new String(request, end, request.length - end, StandardCharsets.ISO_8859_1);
    return both.replace(" ", "");
  }
}
