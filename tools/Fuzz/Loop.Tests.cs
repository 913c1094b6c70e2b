using SharpFuzz.Common;

namespace Fuzz;

/// <summary>The loop on a target that counts its branches by hand, as SharpFuzz would have it do.</summary>
[Collection("The one map of the process")]
public sealed class LoopTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fuzz").FullName;

    public LoopTests() => Coverage.Prepare();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void AFaultBehindFourBytesIsFoundByTheBranchesOnTheWay()
    {
        var findings = Run(new Lock("SV2!"u8.ToArray(), grows: false), seconds: 20);

        Assert.Equal(1, findings.Count);
        var kept = Assert.Single(Directory.GetFiles(Path.Combine(folder, "findings")), IsInput);
        Assert.StartsWith("SV2!", File.ReadAllText(kept), StringComparison.Ordinal);
        Assert.Contains("open", File.ReadAllText(kept + ".txt"), StringComparison.Ordinal);
    }

    [Fact]
    public void MemoryBeyondTheTargetsLimitIsAFinding()
    {
        var findings = Run(new Lock("S"u8.ToArray(), grows: true), seconds: 20);

        Assert.Equal(1, findings.Count);
    }

    [Fact]
    public void TheInputInHandOutlivesItsProcess()
    {
        var path = Path.Combine(folder, "last");
        using (var last = new LastInput(path, lengthMax: 16))
        {
            Assert.Null(LastInput.Of(path));
            last.Set([1, 2, 3]);
            Assert.Equal((byte[])[1, 2, 3], LastInput.Of(path)!);
            last.Set([]);
            Assert.Equal(Array.Empty<byte>(), LastInput.Of(path)!);
            last.Clear();
        }

        Assert.Null(LastInput.Of(path));
        Assert.Null(LastInput.Of(path + ".none"));
    }

    [Fact]
    public void NoMutationIsLongerThanItMayBe()
    {
        var mutator = new Mutator(new Random(1), lengthMax: 40, [new byte[100], [7]]);
        var input = new byte[30];
        var lengths = new HashSet<int>();
        for (var i = 0; i < 20_000; i++)
        {
            input = mutator.Mutate(input, new byte[200]).ToArray();
            lengths.Add(input.Length);
        }

        Assert.Equal(40, lengths.Max());
        Assert.Equal(0, lengths.Min());
    }

    private static bool IsInput(string path) => !path.EndsWith(".txt", StringComparison.Ordinal);

    private Findings Run(Lock target, double seconds)
    {
        var findings = new Findings(Path.Combine(folder, "findings"), target.Name);
        using var last = new LastInput(Path.Combine(folder, "last"), target.LengthMax);
        var loop = new Loop(target, new Coverage(), new Corpus(Path.Combine(folder, "corpus")), findings, last);
        for (var i = 0; i < seconds * 4 && findings.Count == 0; i++)
        {
            loop.Run(TimeSpan.FromSeconds(0.25), new Random(i + 1), TimeSpan.MaxValue, _ => { });
        }

        return findings;
    }

    /// <summary>Opens letter by letter, and each letter is a branch.</summary>
    private sealed class Lock(byte[] letters, bool grows) : ITarget
    {
        public string Name => "lock";

        public string About => "A lock.";

        public int LengthMax => 16;

        public long AllocatedMax => 1000;

        public IReadOnlyList<byte[]> Words => [];

        public IEnumerable<byte[]> Seeds() => [[]];

        public unsafe void Try(ReadOnlySpan<byte> input)
        {
            for (var i = 0; i < letters.Length; i++)
            {
                if (i >= input.Length || input[i] != letters[i])
                {
                    return;
                }

                Trace.SharedMem[i + 1]++;
            }

            if (!grows)
            {
                throw new InvalidOperationException("The lock is open.");
            }

            GC.KeepAlive(new byte[2000 + 8 * input.Length]); // Another number of bytes is no other finding.
        }
    }
}
