package io.godev.resolve.advice;

import java.util.List;
import java.util.Optional;

/** All rules, in the order in which they speak. */
public final class AdviceRules {

  public static final List<AdviceRule> ALL =
      List.of(
          new ChecksumDatabaseOff(),
          new InsecureDownloads(),
          new UnlockedModules(),
          new GoSumMissing(),
          new GoReleaseOlderThanModule(),
          new FloatingImage(),
          new CgoWithoutCompiler(),
          new GitMissing(),
          new FixedArchitecture(),
          new GoTooOldForDebugger(),
          new DebugLeftOn(),
          new LittleMemory(),
          new MemoryRequestLeftOut(),
          new MoreMemoryThanTheNode(),
          new SmallCache(),
          new ExternalPortTaken(),
          new HostFolderIsRead(),
          new MountOptionsInPath(),
          new FilesArePolled(),
          new NeedlessPolling(),
          new SyncWithoutReload(),
          new FollowsACommit());

  private AdviceRules() {}

  /** Everything there is to say. */
  public static List<Advice> of(Situation situation) {
    return ALL.stream().map(rule -> rule.check(situation)).flatMap(Optional::stream).toList();
  }
}
