using Drivers.Buses;

namespace Drivers.Power;

public class Max15301Tests
{
    private readonly FakePmBusDevice part = new();
    private readonly Max15301 rail;

    public Max15301Tests()
    {
        rail = new Max15301(part, new Volts(1.0), new Volts(1.25), currentMax: new Amperes(30));
        byte[] words = [0x21, 0x24, 0x40, 0x46, 0x4A, 0x4F, 0x51, 0x88, 0x8B, 0x8C, 0x8D];
        Array.ForEach(words, command => part[command] = [0xFF, 0xFF]);
        (part[0x01], part[0x02], part[0x50]) = ([0xFF], [0xFF], [0xFF]);
        part[0x03] = [];
        part[0x19] = [0x00];
        part[0x20] = [0x14];
        part[0x79] = [0x00, 0x08];
        part[0xAD] = [10, .. "MAX15301AA"u8];
    }

    [Theory]
    [InlineData("MAX15301", true)]
    [InlineData("MAX15301AA02", true)]
    [InlineData("BMR461 0001", true)]
    [InlineData("MAX15303AA", false)]
    [InlineData("MAX1530", false)] // Shorter than the name.
    [InlineData("BMR4", false)]
    public void IsKnownByItsName(string name, bool known)
    {
        part[0xAD] = [(byte)name.Length, .. System.Text.Encoding.ASCII.GetBytes(name)];

        Assert.Equal(known, rail.IsPresent());
        Assert.Empty(part.Writes);
    }

    [Fact]
    public void AnotherFormatOfItsVoltsIsAnotherPart()
    {
        part[0x20] = [0x17];

        Assert.False(rail.IsPresent());
        Assert.False(rail.TryConfigure());
        Assert.Empty(part.Writes);
    }

    [Fact]
    public void WritesItsLimitsWithTheOutputOff()
    {
        Assert.True(rail.TryConfigure());
        Assert.Equal(
            [
                "0100", // Off before anything else.
                "240014", "210010", "400017", // At most 1.25 V, at first 1.0 V, trips at 1.4375 V.
                "4A60DB", "46C0DB", // Current: warn 27 A, fault 30 A.
                "51F8EA", "4F98EB", "5080", // Heat: warn 95 °C, fault 115 °C, latched.
                "021B", "03",
            ],
            part.Writes);
    }

    [Theory]
    [InlineData(1.2, "213313")]
    [InlineData(0, "210010")]
    [InlineData(5, "210014")]
    public void SetsTheVoltageWithinItsLimitsAndSwitchesOn(double volts, string command)
    {
        rail.TryConfigure();
        part.Writes.Clear();

        Assert.True(rail.TryTurnOn(new Volts(volts)));
        Assert.Equal([command, "0180"], part.Writes);
        Assert.True(rail.TryTurnOff());
    }

    [Fact]
    public void StaysOffUntilItIsConfigured()
    {
        part[0x02] = [0x1B];

        Assert.False(rail.TryTurnOn(new Volts(1.15)));
        Assert.Empty(part.Writes);
    }

    [Fact]
    public void ReadsVoltsIn4096ths()
    {
        part[0x79] = [0x00, 0x00];
        part[0x88] = [0xE0, 0xD2];
        part[0x8B] = [0x34, 0x13];
        part[0x8C] = [0x20, 0xDB];
        part[0x8D] = [0x48, 0xEB];

        Assert.Equal(
            new RailReading(
                new Volts(11.5), new Volts(0x1334 / 4096.0), new Amperes(25), new Celsius(105), Status: 0, Fault: null)
            {
                Registers = new(0),
            },
            rail.Read());
    }

    [Fact]
    public void NoLostTransferIsTakenForSuccess()
    {
        rail.TryConfigure();
        var transfers = part.Transfers;
        for (var lost = 0; lost < transfers; lost++)
        {
            part.FailingTransfer = lost;
            part.Transfers = 0;
            var configured = rail.TryConfigure();

            // A lost CAPABILITY costs nothing, and a lost switch-off or a lost look at it is made good by the repeat.
            Assert.True(!configured || lost is 0 or 3 or 4, $"transfer {lost} was lost, and not missed");
        }
    }
}
