package io.rezarr.vectors.digest;

import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.Groups;

/** What groups sum up to: which ids each of them has, in no order. A range is told from the list of its ids, which may be endless. */
final class GroupSums {
    private GroupSums() {}

    static void add(Groups groups, int level, String name, Parts parts, Workspace workspace) {
        long sum = 0;
        for (int group = 0; group < groups.groups(); group++) {
            int mark = workspace.mark();
            long hash = Hash64.mix(1, group);
            long ids = 0;
            Groups.Members members = groups.members(group, workspace);
            if (members instanceof Groups.Ids some) {
                for (int i = 0; i < some.count(); i++) {
                    ids += Hash64.mix(2, some.id(i));
                }
                hash = Hash64.mix(Hash64.mix(hash, some.count()), ids);
            } else if (members instanceof Groups.Range range) {
                hash = Hash64.mix(Hash64.mix(Hash64.mix(hash, -1), range.start()), range.stop());
            }
            sum += hash;
            workspace.releaseTo(mark);
        }
        parts.add(level, name, groups.groups(), sum);
    }
}
