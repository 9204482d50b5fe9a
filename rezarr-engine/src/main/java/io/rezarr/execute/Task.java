package io.rezarr.execute;

import io.rezarr.memory.Workspace;

/** Some work for one thread. */
interface Task {
    void run(Workspace workspace);
}
