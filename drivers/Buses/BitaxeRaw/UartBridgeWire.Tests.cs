namespace Drivers.Buses.BitaxeRaw;

public sealed class UartBridgeWireTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Pty bridge = new();

    public void Dispose() => bridge.Dispose();

    [Fact]
    public void ARequestArrivesWholeAndItsAnswerComesBack()
    {
        using var wire = UartBridgeWire.Open(bridge.Path);
        wire.Send([0x07, 0x00, 0x00, 0x00, 0x06, 0x00, 0x01]);
        Assert.True(SpinWait.SpinUntil(() => bridge.Read(64) is { Length: 7 }, Patience));
        bridge.Write([0x01, 0x00, 0x00, 0x01]);
        var buffer = new byte[64];
        Array.Fill(buffer, (byte)0xFF);

        Assert.Equal(4, wire.Receive(buffer, Patience));
        Assert.Equal([0x01, 0x00, 0x00, 0x01, 0xFF], buffer[..5]);
    }

    [Fact]
    public async Task AnAnswerIsHandedOverAsSoonAsItComes()
    {
        using var wire = UartBridgeWire.Open(bridge.Path);
        var answering = Task.Run(() =>
        {
            Assert.True(SpinWait.SpinUntil(() => bridge.Read(64) is { Length: 7 }, Patience));
            bridge.Write([0x01, 0x00, 0x00, 0x01]);
        });
        wire.Send([0x07, 0x00, 0x00, 0x00, 0x06, 0x00, 0x01]);

        Assert.Equal(4, wire.Receive(new byte[64], Patience));
        await answering;
    }

    [Fact]
    public void SilenceIsZeroBytes()
    {
        using var wire = UartBridgeWire.Open(bridge.Path);

        Assert.Equal(0, wire.Receive(new byte[64], TimeSpan.Zero));
        Assert.Equal(0, wire.Receive(new byte[64], TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public void ABridgeThatWasUnpluggedIsAnErrorThatNamesThePort()
    {
        using var wire = UartBridgeWire.Open(bridge.Path);
        bridge.Dispose();

        var gone = Assert.Throws<IOException>(() => wire.Receive(new byte[64], Patience));
        Assert.Contains(bridge.Path, gone.Message);
        Assert.Throws<IOException>(() => wire.Send([0x07, 0x00, 0x00, 0x00, 0x06, 0x00, 0x01]));
    }
}
