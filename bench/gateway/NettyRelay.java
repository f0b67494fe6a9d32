import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.FastThreadLocal;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;

/**
 * A relay on raw Netty that governs nothing: the floor of what a gateway on the JVM can cost. Each
 * event loop has its own idle connections to the backend, so no exchange changes threads.
 */
final class NettyRelay {
  private static final int BODY_BYTES_MAX = 16 << 20;

  private static final FastThreadLocal<ArrayDeque<Channel>> IDLE =
      new FastThreadLocal<>() {
        @Override
        protected ArrayDeque<Channel> initialValue() {
          return new ArrayDeque<>();
        }
      };

  private NettyRelay() {}

  /** Takes the port to listen on and the port of the backend. */
  public static void main(String[] arguments) throws InterruptedException {
    int port = Integer.parseInt(arguments[0]);
    InetSocketAddress backend = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[1]));
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(), NioIoHandler.newFactory());
    ChannelInitializer<Channel> front =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel
                .pipeline()
                .addLast(
                    new HttpServerCodec(),
                    new HttpObjectAggregator(BODY_BYTES_MAX),
                    new Front(backend));
          }
        };
    new ServerBootstrap()
        .group(loops)
        .channel(NioServerSocketChannel.class)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(front)
        .bind("127.0.0.1", port)
        .sync()
        .channel()
        .closeFuture()
        .sync();
  }

  /** The end towards the caller. */
  private static final class Front extends ChannelInboundHandlerAdapter {
    private final InetSocketAddress backend;

    Front(InetSocketAddress backend) {
      this.backend = backend;
    }

    @Override
    public void channelRead(ChannelHandlerContext caller, Object message) {
      FullHttpRequest request = (FullHttpRequest) message;
      Channel idle = IDLE.get().poll();
      if (idle != null && idle.isActive()) {
        forward(caller.channel(), idle, request);
        return;
      }
      new Bootstrap()
          .group(caller.channel().eventLoop())
          .channel(NioSocketChannel.class)
          .option(ChannelOption.TCP_NODELAY, true)
          .handler(new Back())
          .connect(backend)
          .addListener(
              (io.netty.channel.ChannelFuture opened) -> {
                if (opened.isSuccess()) {
                  forward(caller.channel(), opened.channel(), request);
                } else {
                  request.release();
                  caller.close();
                }
              });
    }

    private static void forward(Channel caller, Channel backend, FullHttpRequest request) {
      backend.pipeline().get(Back.class).caller = caller;
      backend.writeAndFlush(request);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caller, Throwable cause) {
      caller.close();
    }
  }

  /** The end towards the backend: what comes there goes to the caller of the moment. */
  private static final class Back extends ChannelInboundHandlerAdapter {
    private Channel caller;

    @Override
    public void handlerAdded(ChannelHandlerContext backend) {
      backend.pipeline().addFirst(new HttpClientCodec());
    }

    @Override
    public void channelRead(ChannelHandlerContext backend, Object message) {
      caller.write(message);
      if (message instanceof LastHttpContent) {
        caller.flush();
        IDLE.get().push(backend.channel());
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext backend) {
      caller.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext backend) {
      IDLE.get().remove(backend.channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext backend, Throwable cause) {
      backend.close();
    }
  }
}
