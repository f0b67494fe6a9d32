import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * One caller on one connection. Whoever asks hands it over to the reading thread by the question
 * itself: until the answer has come nobody else touches it.
 */
final class Caller implements MessageReader.Sink {
  private final LoadRun run;
  private final Answer answer;
  private SocketChannel channel;
  private SelectionKey key;
  private MessageReader reader = new MessageReader(this);
  private ByteBuffer output = ByteBuffer.allocate(0);
  private boolean closing;
  private volatile long asked;
  private volatile boolean busy;

  Caller(LoadRun run) throws IOException {
    this.run = run;
    this.answer = new Answer(run.order(), run.tally());
    connect();
  }

  /** Asks the question that was planned for that time. */
  void ask(long plannedNanos) throws IOException {
    asked = plannedNanos;
    busy = true;
    answer.begin(plannedNanos);
    output = ByteBuffer.wrap(run.request());
    write();
  }

  boolean busy() {
    return busy;
  }

  void ready(SelectionKey selected) throws IOException {
    try {
      if (selected.isWritable()) {
        write();
      }
      if (selected.isReadable()) {
        read();
      }
    } catch (IOException e) {
      broken(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void head(String head) {
    closing = head.contains("\r\nconnection: close");
    answer.head(head);
  }

  @Override
  public void body(byte[] bytes, int from, int to) {
    answer.body(bytes, from, to);
  }

  @Override
  public void end() throws IOException {
    long now = System.nanoTime();
    answer.end(now - asked, run.inTime(now));
    busy = false;
    if (closing) {
      reconnect();
    }
    run.answered(this);
  }

  /** No answer came before patience ended. */
  void missed() {
    if (busy) {
      busy = false;
      run.tally().error("no answer in time");
    }
  }

  void close() throws IOException {
    key.cancel();
    channel.close();
  }

  private void connect() throws IOException {
    channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", run.order().port()));
    channel.socket().setTcpNoDelay(true);
    channel.configureBlocking(false);
    key = channel.register(run.selector(), SelectionKey.OP_READ, this);
    reader = new MessageReader(this);
  }

  private void reconnect() throws IOException {
    close();
    connect();
  }

  private void write() throws IOException {
    channel.write(output);
    if (output.hasRemaining()) {
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
      run.selector().wakeup();
    } else if (key.interestOps() != SelectionKey.OP_READ) {
      key.interestOps(SelectionKey.OP_READ);
    }
  }

  private void read() throws IOException {
    ByteBuffer input = run.input();
    input.clear();
    int read = channel.read(input);
    if (read < 0) {
      broken("connection closed");
      return;
    }
    input.get(0, run.bytes(), 0, read);
    reader.accept(run.bytes(), read);
  }

  /** Goes on with another connection; if an answer was under way, that is an error. */
  private void broken(String why) throws IOException {
    boolean within = busy;
    reconnect();
    if (within) {
      busy = false;
      run.tally().error(why);
      run.answered(this);
    }
  }
}
