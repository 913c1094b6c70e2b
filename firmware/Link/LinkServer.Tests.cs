using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;

namespace Firmware.Link;

public sealed class LinkServerTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static readonly LinkLine Grant = new(Grant: new(1, [new("gamma", PowerGrant.Off, true, 0, "idle")]));

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly string directory = Directory.CreateTempSubdirectory("link").FullName;
    private readonly LinkServer server;

    public LinkServerTests() => server = LinkServer.Listen(SocketPath);

    private string SocketPath => Path.Combine(directory, "guard.sock");

    public void Dispose()
    {
        server.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void WantsGoUpAndGrantsComeDown()
    {
        using var client = new LinkClient(SocketPath);
        var sent = false;
        LinkLine? up = null;
        LinkLine? down = null;

        Until(() =>
        {
            client.Wait(TimeSpan.Zero, clock.Elapsed);
            sent = sent || client.Send(LinkTextTests.Want);
            while (server.TryNext(out var happened))
            {
                up = happened.Line;
                Assert.True(happened.Connection.Send(Grant));
            }

            down = client.TryNext(out var line) ? line : down;
            return down is not null;
        });

        Assert.Equal(7, up!.Want!.Sequence);
        Assert.Equal("idle", down!.Grant!.Boards[0].Reason);
        Assert.Null(client.LastTrouble);
    }

    [Fact]
    public void WhoTakesOrdersOnlyIsNotShownWhatTheOtherEndTellsOfItself()
    {
        using var orders = new LinkClient(SocketPath) { SkipsStatus = true };
        using var reader = new LinkClient(SocketPath);
        var (ordered, read) = (new List<LinkLine>(), new List<LinkLine>());
        (LinkClient Client, List<LinkLine> Lines)[] ends = [(orders, ordered), (reader, read)];
        var (sent, heard) = (0, 0);

        Until(() =>
        {
            foreach (var (client, lines) in ends)
            {
                client.Wait(TimeSpan.Zero, clock.Elapsed);
                sent += sent < ends.Length && ends[sent].Client.Send(LinkTextTests.Want) ? 1 : 0;
                while (client.TryNext(out var line))
                {
                    lines.Add(line);
                }
            }

            while (server.TryNext(out _))
            {
                if (++heard == ends.Length)
                {
                    Array.ForEach([LinkTextTests.Status, LinkTextTests.Mine, Grant], server.SendToAll);
                }
            }

            return ordered.Count > 0 && read.Count > 2;
        });

        Assert.NotNull(Assert.Single(ordered).Grant);
        Assert.NotNull(read[0].Guard);
        Assert.NotNull(read[1].Mine);
        Assert.NotNull(read[2].Grant);
    }

    [Fact] // Somebody tidied up the state's folder while it worked.
    public void WhereItsFolderIsGoneItEndsAllTheSame()
    {
        Directory.Delete(directory, recursive: true);

        server.Dispose();

        Assert.False(Directory.Exists(directory));
        Directory.CreateDirectory(directory);
    }

    [Fact]
    public void OnlyTheOwnerMayConnect() => Assert.Equal(
        UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));

    [Fact]
    public void TheGroupMayConnectWhereItIsAskedFor()
    {
        const UnixFileMode Group = UnixFileMode.UserRead | UnixFileMode.UserWrite
            | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        using var other = LinkServer.Listen(Path.Combine(directory, "mine.sock"), Group);

        Assert.Equal(Group, File.GetUnixFileMode(Path.Combine(directory, "mine.sock")));
    }

    [Fact]
    public void ASecondListenerIsToldWhoTheFirstIs()
    {
        var refused = Assert.Throws<StartException>(() => LinkServer.Listen(SocketPath));

        Assert.Contains($"process {Environment.ProcessId} (", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASocketThatADeadPredecessorLeftIsTakenOver()
    {
        var path = Path.Combine(directory, "mine.sock");
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Bound and never unlinked, as after kill -9: .NET would unlink it, so it is moved away first.
            dead.Bind(new UnixDomainSocketEndPoint(path));
            File.Move(path, path + ".kept");
        }

        File.Move(path + ".kept", path);

        using var listening = LinkServer.Listen(path);
        using var client = new LinkClient(path);
        client.Wait(TimeSpan.Zero, TimeSpan.Zero);

        Assert.True(client.IsConnected);
    }

    [Fact]
    public void AFileThatIsNoSocketIsNotRemoved()
    {
        var path = Path.Combine(directory, "precious");
        File.WriteAllText(path, "");

        Assert.Throws<StartException>(() => LinkServer.Listen(path));
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void APathThatLinuxCannotTakeIsRefusedWithItsLength()
    {
        var path = "/" + new string('x', 107);

        Assert.Contains("108 bytes", Assert.Throws<UsageException>(() => LinkServer.Listen(path)).Message,
            StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => new LinkClient(path));
    }

    [Fact]
    public void AMissingDirectoryIsOneClearSentence() => Assert.Contains(
        "cannot be made",
        Assert.Throws<StartException>(() => LinkServer.Listen(Path.Combine(directory, "no", "x.sock"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void AClientOutlivesItsServerAndFindsTheNext()
    {
        using var client = new LinkClient(Path.Combine(directory, "mine.sock"));
        client.Wait(TimeSpan.Zero, TimeSpan.Zero);
        Assert.False(client.IsConnected);
        Assert.False(client.Send(Grant));

        for (var round = 1; round <= 3; round++)
        {
            using var mine = LinkServer.Listen(Path.Combine(directory, "mine.sock"));
            client.Wait(TimeSpan.Zero, TimeSpan.FromSeconds(2 * round));
            Assert.True(client.IsConnected);
            mine.Dispose();
            client.Wait(TimeSpan.Zero, TimeSpan.FromSeconds((2 * round) + 1));
            Assert.False(client.TryNext(out _));
            Assert.False(client.IsConnected);
            Assert.Equal("The other end closed.", client.LastTrouble);
        }
    }

    [Fact]
    public void ALineMayArriveByteByByte()
    {
        using var peer = Connect();
        foreach (var letter in Line(LinkTextTests.Want))
        {
            peer.Send([letter]);
            server.Wait(TimeSpan.Zero);
        }

        Assert.Equal(7, NextFrom(server).Line!.Want!.Sequence);
    }

    [Fact]
    public void LinesBeforeTheEndAreToldBeforeTheEnd()
    {
        var line = Line(LinkTextTests.Want);
        using (var peer = Connect())
        {
            peer.Send([.. line, .. line, .. line[..10]]);
        }

        Assert.NotNull(NextFrom(server).Line);
        Assert.NotNull(NextFrom(server).Line);
        var end = NextFrom(server);
        Assert.Null(end.Line);
        Assert.Equal("The other end closed in the middle of a line.", end.Connection.CloseReason);
        Assert.Empty(server.Connections);
    }

    [Fact]
    public void ALineCutAtAnyLengthClosesItsConnectionAndNoOther()
    {
        var line = Line(LinkTextTests.Want);
        using var good = Connect();
        for (var length = 0; length < line.Length - 1; length++)
        {
            using var peer = Connect();
            peer.Send([.. line[..length], (byte)'\n']);
            var end = NextFrom(server);
            Assert.Null(end.Line);
            Assert.False(end.Connection.IsOpen);
        }

        good.Send(line);
        Assert.NotNull(NextFrom(server).Line);
    }

    [Fact]
    public void ALineOfTenMegabytesClosesItsConnectionAndNoOther()
    {
        using var good = Connect();
        using var peer = Connect();
        peer.Blocking = false;
        var junk = new byte[10 * 1024 * 1024];
        junk.AsSpan().Fill((byte)'a');
        var sent = 0;
        LinkEvent? end = null;
        Until(() =>
        {
            var count = peer.Send(junk.AsSpan(sent), SocketFlags.None, out var error);
            sent += error == SocketError.Success ? count : 0;
            end = server.TryNext(out var happened) ? happened : end;
            return end is not null;
        });

        Assert.Equal($"A line is longer than {LinkLine.LengthMax} bytes.", end!.Value.Connection.CloseReason);
        good.Send(Line(LinkTextTests.Want));
        Assert.NotNull(NextFrom(server).Line);
    }

    [Fact]
    public void AnotherVersionClosesItsConnection()
    {
        using var peer = Connect();
        peer.Send("{\"v\":2,\"want\":{\"sequence\":1,\"boards\":[]}}\n"u8);

        Assert.Contains("version 2", NextFrom(server).Connection.CloseReason, StringComparison.Ordinal);
    }

    [Fact]
    public void AReaderThatNeverReadsIsDroppedAndHoldsUpNobody()
    {
        using var lazy = Connect();
        using var good = Connect();
        Until(() => server.Connections.Count == 2);
        var long256 = new string('r', 8192);
        var line = new LinkLine(Grant: new(1, [new("gamma", PowerGrant.Off, true, 0, long256)]));
        var read = new byte[LinkLine.LengthMax];

        Until(() =>
        {
            server.SendToAll(line);
            good.Receive(read);
            return server.TryNext(out var happened)
                && happened.Connection.CloseReason == "The other end reads too slowly.";
        });

        Assert.Single(server.Connections);
    }

    [Fact]
    public void ACrowdIsTurnedAwayAndTheFirstStay()
    {
        using var first = Connect();
        Until(() => server.Connections.Count == 1);
        var crowd = Enumerable.Range(0, 40).Select(_ =>
        {
            var peer = Connect();
            server.Wait(TimeSpan.Zero);
            return peer;
        }).ToArray();

        Assert.Equal(LinkServer.ConnectionsMax, server.Connections.Count);
        first.Send(Line(LinkTextTests.Want));
        Assert.NotNull(NextFrom(server).Line);
        Array.ForEach(crowd, peer => peer.Dispose());
    }

    [Fact]
    public void TheSocketIsGoneAfterTheEnd()
    {
        server.Dispose();

        Assert.False(File.Exists(SocketPath));
    }

    private static byte[] Line(LinkLine line) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(line, LinkJson.Default.LinkLine), (byte)'\n'];

    private Socket Connect()
    {
        var peer = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        peer.Connect(new UnixDomainSocketEndPoint(SocketPath));
        return peer;
    }

    private LinkEvent NextFrom(LinkServer listening)
    {
        LinkEvent happened = default;
        Until(() => listening.TryNext(out happened));
        return happened;
    }

    /// <summary>Lets the server work until something is true, and fails where it never gets true.</summary>
    private void Until(Func<bool> happened)
    {
        var start = clock.Elapsed;
        while (!happened())
        {
            Assert.True(clock.Elapsed - start < Deadline, "It did not happen in time.");
            server.Wait(TimeSpan.FromMilliseconds(5));
        }
    }
}
