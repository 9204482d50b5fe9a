package io.rezarr.shuffle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The local disk with a limited room, which counts the channels that are open. Writes less than it is asked to, as a disk may. */
class FakeDisk implements ScratchDisk {
    private static final int MOST_AT_ONCE = 77;

    private final AtomicLong room;
    private final String fullMessage;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();

    FakeDisk(long roomBytes, String fullMessage) {
        this.room = new AtomicLong(roomBytes);
        this.fullMessage = fullMessage;
    }

    static FakeDisk unlimited() {
        return new FakeDisk(Long.MAX_VALUE, "");
    }

    @Override
    public long usableBytes(Path directory) {
        return Math.max(0, room.get());
    }

    /** Of the channels, at any one time. */
    int mostOpen() {
        return mostOpen.get();
    }

    @Override
    public FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
        FileChannel channel = ScratchDisk.LOCAL.open(file, options);
        mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        return new ForwardingChannel(channel) {
            @Override
            public int write(ByteBuffer bytes, long position) throws IOException {
                int length = Math.min(bytes.remaining(), MOST_AT_ONCE);
                if (room.addAndGet(-length) < 0) {
                    throw new IOException(fullMessage);
                }
                int written = channel.write(bytes.slice(bytes.position(), length), position);
                bytes.position(bytes.position() + written);
                return written;
            }

            @Override
            protected void implCloseChannel() throws IOException {
                open.decrementAndGet();
                super.implCloseChannel();
            }
        };
    }
}
