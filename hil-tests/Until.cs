using System.Diagnostics;

namespace HilTests;

/// <summary>Waits for what must become true, at most until a deadline that a loaded machine still meets.</summary>
internal static class Until
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    public static void True(Func<bool> condition, TimeSpan deadline, Func<string> orElse)
    {
        for (var clock = Stopwatch.StartNew(); !condition(); Thread.Sleep(Look))
        {
            Assert.True(clock.Elapsed < deadline, $"After {clock.Elapsed.TotalSeconds:0.0} s: {orElse()}");
        }
    }

    /// <summary>Holds for the whole of a time: fails at the first moment it does not.</summary>
    public static void Holds(Func<bool> condition, TimeSpan time, Func<string> orElse)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < time; Thread.Sleep(Look))
        {
            Assert.True(condition(), $"After {clock.Elapsed.TotalSeconds:0.0} s: {orElse()}");
        }
    }
}
