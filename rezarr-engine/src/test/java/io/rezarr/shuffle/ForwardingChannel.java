package io.rezarr.shuffle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A channel that does what another one does; tests override what shall go wrong. */
class ForwardingChannel extends FileChannel {
    private final FileChannel to;

    ForwardingChannel(FileChannel to) {
        this.to = to;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return to.read(into);
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        return to.read(into, offset, length);
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        return to.read(into, position);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        return to.write(bytes);
    }

    @Override
    public long write(ByteBuffer[] bytes, int offset, int length) throws IOException {
        return to.write(bytes, offset, length);
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
        return to.write(bytes, position);
    }

    @Override
    public long position() throws IOException {
        return to.position();
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        to.position(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return to.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        to.truncate(size);
        return this;
    }

    @Override
    public void force(boolean metadata) throws IOException {
        to.force(metadata);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        return to.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
        return to.transferFrom(source, position, count);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return to.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return to.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return to.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        to.close();
    }
}
